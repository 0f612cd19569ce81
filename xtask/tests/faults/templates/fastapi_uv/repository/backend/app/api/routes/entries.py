from fastapi import APIRouter
from sqlmodel import Session, select

from app.core.db import engine
from app.models import Entry

router = APIRouter(prefix="/entries", tags=["entries"])


@router.get("/")
def read_entries() -> list[Entry]:
    with Session(engine) as session:
        return list(session.exec(select(Entry)).all())
