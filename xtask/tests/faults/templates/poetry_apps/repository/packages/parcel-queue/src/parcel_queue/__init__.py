import redis

from parcel_models import Parcel


def push(client: redis.Redis, parcel: Parcel) -> None:
    client.rpush("parcels", parcel.model_dump_json())


def pop(client: redis.Redis) -> Parcel | None:
    found = client.blpop(["parcels"], timeout=5)
    return Parcel.model_validate_json(found[1]) if found else None
