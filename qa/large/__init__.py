"""The large reader: all-mpnet-base-v2 from packages, with adapters and a head of ours."""
