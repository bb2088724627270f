"""A Markdown file as a whole: front matter, title, outline, links between files. What its body means is not known here."""
