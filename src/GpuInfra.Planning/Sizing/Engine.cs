namespace GpuInfra.Planning.Sizing;

/// <summary>The program that serves the model.</summary>
public enum Engine
{
    /// <summary>vLLM.</summary>
    Vllm,

    /// <summary>SGLang.</summary>
    Sglang,

    /// <summary>NVIDIA TensorRT-LLM.</summary>
    TensorRtLlm,
}
