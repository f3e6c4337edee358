"""Articles from elsewhere: feeds and article servers, fetched over HTTP within limits and stored by the importer."""
