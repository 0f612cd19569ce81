"""The routes of the application, a module for each subject."""
