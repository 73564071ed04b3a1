"""What is the same in every kit of a kind: its text ends every kit. The standard library of Python 3.8 alone."""
