using Pulumi;
using Pulumi.Aws.S3;
using Pulumi.Aws.S3.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>A file in a region's bucket that machines read.</summary>
internal static class AmazonFile
{
    /// <summary>The file. S3 takes ten tags on an object and no more, so the provider's are kept from it.</summary>
    public static BucketObjectv2 Of(string name, Input<string> bucket, string key, string content, CustomResourceOptions options) => new(name, new BucketObjectv2Args
    {
        Bucket = bucket,
        Key = key,
        Content = content,
        ContentType = "text/plain",
        OverrideProvider = new BucketObjectv2OverrideProviderArgs
        {
            DefaultTags = new BucketObjectv2OverrideProviderDefaultTagsArgs { Tags = new InputMap<string>() },
        },
    }, options);
}
