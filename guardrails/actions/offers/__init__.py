"""Offers: what may be offered, asked, kept and decided again."""
