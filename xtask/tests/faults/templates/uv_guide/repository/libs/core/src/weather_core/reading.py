from pydantic import BaseModel


class Reading(BaseModel):
    station: str
    celsius: float
