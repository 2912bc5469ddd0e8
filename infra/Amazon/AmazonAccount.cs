using Pulumi;
using Pulumi.Aws;
using Pulumi.Aws.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>What is asked of an AWS account as a whole: budgets and quotas.</summary>
internal sealed class AmazonAccount : ComponentResource
{
    /// <summary>Billing is the same in every region; its services answer in this one.</summary>
    private const string BillingRegion = "us-east-1";

    public AmazonAccount(CloudAccount account)
        : base("gpuinfra:amazon:Account", account.Name, new ComponentResourceOptions { Providers = { Provider(account) } })
    {
        AmazonBudgets.Add(account, this);
        AmazonQuotas.Add(account, this);
        RegisterOutputs();
    }

    /// <summary>It refuses to work in any account but the plan's.</summary>
    private static Provider Provider(CloudAccount account) => new(account.Name, new ProviderArgs
    {
        Region = BillingRegion,
        AllowedAccountIds = { account.Account },
        DefaultTags = new ProviderDefaultTagsArgs { Tags = account.Tags.Shared.Tags },
    });
}
