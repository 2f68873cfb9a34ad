"""From a corpus to a trained network and its ONNX file. Needs the extra `train`."""
