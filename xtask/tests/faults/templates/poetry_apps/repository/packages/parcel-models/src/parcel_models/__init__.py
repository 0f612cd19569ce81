from parcel_models.parcel import Parcel

__all__ = ["Parcel"]
