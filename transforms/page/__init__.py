"""The page wing: what a page of HTML says and which of its blocks are the main text."""
