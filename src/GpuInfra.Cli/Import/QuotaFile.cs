using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Import;

/// <summary>
/// Quotas as the clouds' own command lines write them: <c>aws service-quotas list-service-quotas --service-code ec2</c> and
/// <c>gcloud compute regions describe REGION --format=json</c> (or <c>list</c>).
/// </summary>
internal static class QuotaFile
{
    /// <summary>Reads a file of either.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">How messages name it.</param>
    /// <exception cref="PlanException">It cannot be read, or is neither.</exception>
    public static ImmutableArray<AccountQuota> Read(string path, string shown)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var read = root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().SelectMany(Google)
                : root.TryGetProperty("Quotas", out var amazon) ? amazon.EnumerateArray().Select(Amazon)
                : Google(root);
            return [.. read];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw UserError.Because(shown, $"cannot be read: {problem.Message}");
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw UserError.Because(
                shown, "holds no quotas; it should be what `aws service-quotas list-service-quotas --service-code ec2` or `gcloud compute regions describe REGION --format=json` wrote.");
        }
    }

    /// <summary>Region and account stand in its ARN, <c>arn:aws:servicequotas:REGION:ACCOUNT:ec2/CODE</c>.</summary>
    private static AccountQuota Amazon(JsonElement quota)
    {
        var arn = quota.GetProperty("QuotaArn").GetString()!.Split(':');
        return new AccountQuota(CloudProvider.Aws, arn[4], arn[3], quota.GetProperty("QuotaCode").GetString()!, Whole(quota.GetProperty("Value")));
    }

    /// <summary>The project stands in its link, <c>…/projects/PROJECT/regions/REGION</c>.</summary>
    private static IEnumerable<AccountQuota> Google(JsonElement region)
    {
        var link = region.GetProperty("selfLink").GetString()!.Split('/');
        var project = link[Array.IndexOf(link, "projects") + 1];
        return region.GetProperty("quotas").EnumerateArray()
            .Select(quota => new AccountQuota(CloudProvider.Gcp, project, region.GetProperty("name").GetString()!, quota.GetProperty("metric").GetString()!, Whole(quota.GetProperty("limit"))));
    }

    private static int Whole(JsonElement number) => (int)Math.Min(int.MaxValue, number.GetDouble());
}
