using Pulumi;
using Pulumi.Gcp;

namespace GpuInfra.Infra.Google;

/// <summary>What is asked of a Google Cloud project and its billing account as a whole: budgets, alerts, quotas and future reservations.</summary>
internal sealed class GoogleAccount : ComponentResource
{
    public GoogleAccount(CloudAccount account)
        : base("gpuinfra:google:Account", account.Name, new ComponentResourceOptions { Providers = { Provider(account) } })
    {
        if (!account.Budgets.IsEmpty)
        {
            GoogleBudgets.Add(account, this);
        }

        if (account.Alerts is { } alerts)
        {
            GoogleMetrics.Add(account, alerts, account.Monitoring!, this);
        }

        GoogleQuotas.Add(account, this);
        GoogleFutureReservations.Add(account, this);
        RegisterOutputs();
    }

    /// <summary>
    /// It refuses to work for a caller of another project than the plan's. A person's calls to the billing API count on no project unless told, and are
    /// refused then.
    /// </summary>
    private static Provider Provider(CloudAccount account) => new(account.Name, new ProviderArgs
    {
        Project = CallersProject.Checked(account.Account, account.Settings.Stack),
        BillingProject = account.Account,
        UserProjectOverride = true,
        DefaultLabels = account.Tags.Shared.Labels,
    });
}
