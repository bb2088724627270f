"""Storage to the tree and back: elements with offsets, the vocabulary, normal forms. Constructs are in `elements`."""
