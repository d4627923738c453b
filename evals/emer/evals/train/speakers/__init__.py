"""The model that tells the speakers of one recording apart."""
