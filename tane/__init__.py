"""The rooms of Tane that are not the process: storage, model servers, the command line, the page, and what they use."""
