"""A Word file becomes a draft: its package is checked, its words are read whole, and its headings say where they go."""
