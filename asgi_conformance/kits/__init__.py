"""Stand-alone reproductions: a result of a run as one file that its subject's maintainer can read and run."""
