namespace GpuInfra.Planning.Catalogs;

/// <summary>A cloud that fleets are provisioned on.</summary>
public enum CloudProvider
{
    /// <summary>Amazon Web Services; <c>aws</c> in plans and names.</summary>
    Aws,

    /// <summary>Google Cloud; <c>gcp</c> in plans and names.</summary>
    Gcp,
}
