"""Which characters make which tokens: markdown-it-py and the rules that it is given. What a token means is said elsewhere."""
