"""documents - one module a document: what the program knows of itself, written for people and for editors."""
