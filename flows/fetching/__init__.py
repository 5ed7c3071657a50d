"""Feeds, sitemaps and lists of URLs as inputs: fetched politely, and kept as WARC before anything is read from them.

Fetching ends with a file; what a page in it means belongs to the readers, as for any WARC. So a run over fetched pages
can be repeated from the file alone, and nothing that was fetched is lost where the run after it fails. Nothing is
imported here: most runs fetch nothing, and need not wait for what fetching takes.
"""
