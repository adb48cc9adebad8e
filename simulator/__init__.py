"""cachelife: simulator and explainer of Android cache-file lifecycles."""

__version__ = "0.1.0"
