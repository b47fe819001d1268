"""Roundtable: the live workspace for IEP meetings."""

__version__ = "0.1.0"
