"""The phone: versions, paths, files and views, MediaStore, permissions, the storage stack."""
