"""HTML that stands in Markdown: tags around blocks, blocks that are storage or can be made so, and HTML written anew."""
