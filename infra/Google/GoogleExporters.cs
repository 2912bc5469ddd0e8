using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Storage;

namespace GpuInfra.Infra.Google;

/// <summary>What a region's GPU machines fetch so that monitors can read them.</summary>
internal sealed class GoogleExporters : ComponentResource
{
    public GoogleExporters(RegionFleet region, GoogleWeights weights, ComponentResourceOptions options)
        : base("gpuinfra:google:Exporters", region.Name, options)
    {
        foreach (var file in MonitoringSource.Files)
        {
            // As an asset: the provider takes every content for a secret and would show no change of it.
            _ = new BucketObject($"{region.Name}-monitoring-{file.Label}", new BucketObjectArgs
            {
                Bucket = weights.BucketName,
                Name = file.Key,
                Source = new StringAsset(file.Content),
                ContentType = "text/plain",
            }, new CustomResourceOptions { Parent = this });
        }

        RegisterOutputs();
    }
}
