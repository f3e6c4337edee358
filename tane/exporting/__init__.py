"""Files for other programs: JSON, Parquet, CSV, GraphML, HTML."""
