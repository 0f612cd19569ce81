from apscheduler.schedulers.blocking import BlockingScheduler

from atlas_jobs.clean import clean


def main() -> None:
    scheduler = BlockingScheduler()
    scheduler.add_job(clean, "interval", hours=1)
    scheduler.start()


if __name__ == "__main__":
    main()
