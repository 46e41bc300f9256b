"""Dialogue: what is answered. A brain writes, the splitter cuts clauses, each in its spoken form."""
