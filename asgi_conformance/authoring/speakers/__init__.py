"""Everyone who speaks in a case is played by us: the client, the application inside the server, its process."""
