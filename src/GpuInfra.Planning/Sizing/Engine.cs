namespace GpuInfra.Planning.Sizing;

/// <summary>The program that serves the model.</summary>
public enum Engine
{
    /// <summary>vLLM.</summary>
    Vllm,

    /// <summary>SGLang.</summary>
    Sglang,

    /// <summary>NVIDIA TensorRT-LLM with the PyTorch runtime, the default from release 0.19 on.</summary>
    TensorRtLlm,

    /// <summary>NVIDIA TensorRT-LLM with engines compiled ahead and the C++ runtime, the default before.</summary>
    TensorRtLlmCompiled,
}
