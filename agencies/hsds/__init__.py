"""HSDS, the open standard for directories of services: in by a harvest.

reader (files to rows) -> graph, assemble (rows to entries, mended) -> plan (pure: what may change) -> apply.
"""
