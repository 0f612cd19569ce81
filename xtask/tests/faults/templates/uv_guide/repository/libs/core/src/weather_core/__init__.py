from weather_core.reading import Reading

__all__ = ["Reading"]
