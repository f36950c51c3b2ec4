"""One ``Completer`` protocol over every engine: vLLM and its like, the embedded llama.cpp, transformers in process."""
