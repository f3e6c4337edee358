-- Which file a source was last imported from, so that an import can name it when another file of the same name would
-- replace its words. NULL: imported before this was noted, or stored by another program.
ALTER TABLE sources ADD COLUMN origin text;
COMMENT ON COLUMN sources.origin IS 'file that was last imported under this name: its absolute path, "standard input" or "api"';
