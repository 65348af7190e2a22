"""Running the desk: from source arguments to files on disk and a report of it."""
