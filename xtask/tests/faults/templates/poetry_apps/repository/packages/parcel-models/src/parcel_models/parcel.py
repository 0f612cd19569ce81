from pydantic import BaseModel


class Parcel(BaseModel):
    number: str
    weight_g: int
