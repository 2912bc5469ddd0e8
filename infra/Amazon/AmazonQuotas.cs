using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.ServiceQuotas;

namespace GpuInfra.Infra.Amazon;

/// <summary>Requests for quotas that the horizon outgrows. AWS answers when it does; an update does not wait for it.</summary>
internal static class AmazonQuotas
{
    public static void Add(CloudAccount account, Resource parent)
    {
        foreach (var request in account.Quotas)
        {
            _ = new ServiceQuota(
                account.NameOf(request),
                new ServiceQuotaArgs { Region = request.Region, ServiceCode = "ec2", QuotaCode = request.Code, Value = request.Value },
                account.Kept(parent));
        }
    }
}
