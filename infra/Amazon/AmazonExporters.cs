using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.S3;
using Pulumi.Aws.S3.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>What a region's GPU machines fetch so that monitors can read them.</summary>
internal sealed class AmazonExporters : ComponentResource
{
    public AmazonExporters(RegionFleet region, AmazonWeights weights, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Exporters", region.Name, options)
    {
        foreach (var file in MonitoringSource.Files)
        {
            // S3 takes ten tags on an object and no more, so the provider's are kept from it.
            _ = new BucketObjectv2($"{region.Name}-monitoring-{file.Label}", new BucketObjectv2Args
            {
                Bucket = weights.BucketName,
                Key = file.Key,
                Content = file.Content,
                ContentType = "text/plain",
                OverrideProvider = new BucketObjectv2OverrideProviderArgs
                {
                    DefaultTags = new BucketObjectv2OverrideProviderDefaultTagsArgs { Tags = new InputMap<string>() },
                },
            }, new CustomResourceOptions { Parent = this });
        }

        RegisterOutputs();
    }
}
