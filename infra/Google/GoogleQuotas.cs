using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.CloudQuota;
using Pulumi.Gcp.CloudQuota.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>Requests for quotas that the horizon outgrows. Google answers when it does; an update does not wait for it.</summary>
internal static class GoogleQuotas
{
    /// <summary>GPUs that have no quota of their own on demand: they count against one quota by family. Their preemptible ones have.</summary>
    private static readonly ImmutableHashSet<string> ByFamily = ["NVIDIA_H100_GPUS", "NVIDIA_H100_MEGA_GPUS", "NVIDIA_H200_GPUS", "NVIDIA_B200_GPUS"];

    public static void Add(CloudAccount account, Resource parent)
    {
        foreach (var request in account.Quotas)
        {
            var family = ByFamily.Contains(request.Code);
            var args = new SQuotaPreferenceArgs
            {
                Parent = $"projects/{account.Account}",
                Service = "compute.googleapis.com",
                QuotaId = $"{(family ? "GPUS-PER-GPU-FAMILY" : request.Code.Replace('_', '-'))}-per-project-region",
                Dimensions = { ["region"] = request.Region },
                QuotaConfig = new SQuotaPreferenceQuotaConfigArgs { PreferredValue = request.Value.ToString(CultureInfo.InvariantCulture) },
                ContactEmail = account.QuotaContact!,
                Justification = $"{account.Settings.Project}/{account.Settings.Stack}: planned demand",
            };
            if (family)
            {
                args.Dimensions.Add("gpu_family", request.Code[..^"_GPUS".Length]);
            }

            _ = new SQuotaPreference(account.NameOf(request), args, account.Kept(parent));
        }
    }
}
