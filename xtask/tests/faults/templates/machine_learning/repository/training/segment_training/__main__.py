import mlflow
import numpy as np
import pandas as pd


def main() -> None:
    frame = pd.DataFrame({"x": np.arange(4)})
    with mlflow.start_run():
        mlflow.log_metric("mean", float(frame["x"].mean()))


if __name__ == "__main__":
    main()
