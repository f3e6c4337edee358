"""The HTTP side: what it shows is handed to it; it knows neither the daemon nor its settings."""
