import io

import numpy as np
import onnxruntime
from fastapi import FastAPI, UploadFile
from PIL import Image

app = FastAPI()


@app.get("/health")
def health() -> dict[str, list[str]]:
    return {"providers": onnxruntime.get_available_providers()}


@app.post("/predict")
async def predict(file: UploadFile) -> dict[str, int]:
    image = np.asarray(Image.open(io.BytesIO(await file.read())))
    return {"pixels": int(image.size)}
