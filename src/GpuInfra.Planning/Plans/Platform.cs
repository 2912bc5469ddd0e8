namespace GpuInfra.Planning.Plans;

/// <summary>Where replicas run.</summary>
public enum Platform
{
    /// <summary>Virtual machines in groups.</summary>
    Vm,

    /// <summary>Kubernetes clusters.</summary>
    Kubernetes,
}
