using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of who reaches a bucket, and how.</summary>
internal static class BucketRules
{
    private const string AccessBlock = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    private const string BucketPolicy = "aws:s3/bucketPolicy:BucketPolicy";

    private static readonly string[] Blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

    /// <summary>Whatever is written into a bucket's policy later, it stays closed to the public.</summary>
    public static Policy<Evidence> NoPublicBucket { get; } = new(
        "no-public-bucket",
        "no bucket can be opened to the public",
        "AWS: a BucketPublicAccessBlock with all four settings true. Google Cloud: publicAccessPrevention enforced, "
            + "uniformBucketLevelAccess true.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.Bucket => Values.Unless(
                evidence.Dependents(resource, AccessBlock).Any(block => Blocks.All(name => block.Inputs.TextAt(name) == "true")),
                "no public access block closes it in all four ways"),
            ResourceTypes.GoogleBucket =>
            [
                .. Values.Unless(
                    resource.Inputs.TextAt("publicAccessPrevention") == "enforced", "publicAccessPrevention is not enforced"),
                .. Values.Unless(
                    resource.Inputs.TextAt("uniformBucketLevelAccess") == "true", "uniformBucketLevelAccess is not true"),
            ],
            _ => null,
        }));

    /// <summary>Google's interfaces answer over TLS to whoever signs in; S3 answers over plain HTTP unless it is told not to.</summary>
    public static Policy<Evidence> TlsOnly { get; } = new(
        "tls-only",
        "every S3 bucket refuses whoever does not come over TLS",
        "add a BucketPolicy that denies s3:* where aws:SecureTransport is false.",
        evidence => evidence.Look(resource => resource.Type == ResourceTypes.Bucket
            ? Values.Unless(
                evidence.Dependents(resource, BucketPolicy).SelectMany(policy => AccessStatement.Read(policy.Inputs.At("policy")))
                    .Any(statement => statement.DeniesPlainHttp),
                "no policy of this bucket denies requests without TLS")
            : null));
}
