from fastapi import FastAPI
from loguru import logger

app = FastAPI()
logger.info("ready")
