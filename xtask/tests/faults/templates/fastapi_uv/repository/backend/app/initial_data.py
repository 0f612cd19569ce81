from sqlmodel import Session

from app.core.db import engine


def main() -> None:
    with Session(engine) as session:
        session.commit()


if __name__ == "__main__":
    main()
