using System.Collections.Immutable;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>Says what a registered resource costs.</summary>
internal delegate Pricing PricingRule(ResourceRecord resource, PricingContext context);

/// <summary>
/// How each resource type that the program registers is billed, one entry a type. A type that is not here counts as unpriced, and
/// a test over all stacks fails.
/// </summary>
internal static class PricingTable
{
    /// <summary>Why parts of a network are free.</summary>
    public const string Networks = "networks, routes and rules are not billed; traffic is";

    /// <summary>Why a type without an entry has no price.</summary>
    public const string Unclassified = "no pricing rule for this type of resource";

    /// <summary>A machine of Google Cloud that is in no group.</summary>
    public const string GoogleMachine = "gcp:compute/instance:Instance";

    private const string AmazonMachine = "aws:ec2/instance:Instance";
    private const string Identities = "identities and grants are not billed";
    private const string Templates = "what starts from it is priced with its group";
    private const string Settings = "it sets a bucket up, which is priced itself";
    private const string KeyNames = "keys are billed, not their names and rings";
    private const string Grouping = "it says which things belong together";
    private const string FewStarts = "fourteen million starts a month are free";
    private const string Receivers = "notices are billed with their topic";
    private const string Balancing = "it is billed with its load balancer";
    private const string ZoneNames = "zones are billed, not the names in them";
    private const string Objects = "its bucket is billed for what it holds";
    private const string Doors = "it leads to a file system, which is priced itself";
    private const string Told = "clouds tell what is spent without charge";
    private const string Permission = "a quota is permission, not capacity";
    private const string Placing = "where machines stand is not billed, nor is the fabric between them";
    private const string Schedules = "hours are counted with the group";

    /// <summary>The entries.</summary>
    public static ImmutableSortedDictionary<string, PricingRule> Rules { get; } = new Dictionary<string, PricingRule>(ClusterPricing.Rules, StringComparer.Ordinal)
    {
        { AmazonGroups.Group, MachinePricing.Price },
        { "aws:amp/alertManagerDefinition:AlertManagerDefinition", Free("its store is billed by what it takes") },
        { "aws:amp/ruleGroupNamespace:RuleGroupNamespace", Free("its store is billed by what it takes") },
        { "aws:amp/workspace:Workspace", Usage("series", "ninety cents for ten million readings at first, a series every fifteen seconds; what rules read, and what is kept, besides; the price book has no row of it") },
        { "aws:autoscaling/lifecycleHook:LifecycleHook", Free("it waits for machines, which are priced with their group") },
        { "aws:autoscaling/policy:Policy", Usage("scaling policies", "one that tracks a target keeps two alarms, ten cents a month each; a pool's two figures cost thirty cents each and a cent for a thousand that machines send") },
        { "aws:autoscaling/schedule:Schedule", Free(Schedules) },
        { "aws:budgets/budget:Budget", Free(Told) },
        { "aws:budgets/budgetAction:BudgetAction", Usage("budget actions", "two budgets of an account act free of charge, each more for ten cents a day; the price book has no row of it") },
        { "aws:costexplorer/anomalyMonitor:AnomalyMonitor", Free(Told) },
        { "aws:costexplorer/anomalySubscription:AnomalySubscription", Free(Told) },
        { "aws:cloudwatch/metricAlarm:MetricAlarm", Usage("alarms", "ten cents a month for each figure that one looks at; the price book's row is too old to count with") },
        { "aws:dynamodb/table:Table", Usage("tables", "depends on requests: some thousands a month") },
        { "aws:ec2/placementGroup:PlacementGroup", Free(Placing) },
        { "aws:lb/listener:Listener", Free(Balancing) },
        { "aws:lb/loadBalancer:LoadBalancer", NetworkPricing.Balancer },
        { "aws:lb/targetGroup:TargetGroup", Free(Balancing) },
        { "aws:route53/record:Record", Free(ZoneNames) },
        { "aws:route53/zone:Zone", NetworkPricing.AmazonZone },
        { "aws:s3/bucketObjectv2:BucketObjectv2", Free(Objects) },
        { "aws:lambda/function:Function", Usage("functions", "cents for its runs; thirty cents a month for each of the two figures that a machine publishes while it runs") },
        { "aws:lambda/permission:Permission", Free(Identities) },
        { "aws:scheduler/schedule:Schedule", Free(FewStarts) },
        { "aws:servicequotas/serviceQuota:ServiceQuota", Free(Permission) },
        { "aws:sns/topic:Topic", Usage("notices", "depends on how many are sent") },
        { "aws:sns/topicPolicy:TopicPolicy", Free(Identities) },
        { "aws:sns/topicSubscription:TopicSubscription", Free(Receivers) },
        { "aws:sqs/queue:Queue", Usage("queues", "depends on how many messages fail") },
        { "aws:ssm/parameter:Parameter", Free("standard parameters are not billed") },
        { "aws:cloudwatch/logGroup:LogGroup", Usage("logs", "depends on what machines write") },
        { "aws:ec2/capacityReservation:CapacityReservation", ReservationPricing.Amazon },
        { "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", Free(Networks) },
        { "aws:ebs/volume:Volume", MonitorPricing.Volume },
        { "aws:ec2/eip:Eip", MonitorPricing.Address },
        { AmazonMachine, MonitorPricing.Amazon },
        { "aws:ec2/internetGateway:InternetGateway", Free(Networks) },
        { "aws:ec2/natGateway:NatGateway", MonitorPricing.Translation },
        { "aws:ec2/route:Route", Free(Networks) },
        { "aws:secretsmanager/secret:Secret", MonitorPricing.AmazonSecret },
        { "aws:ec2/launchTemplate:LaunchTemplate", Free(Templates) },
        { "aws:ec2/routeTable:RouteTable", Free(Networks) },
        { "aws:ec2/routeTableAssociation:RouteTableAssociation", Free(Networks) },
        { "aws:ec2/securityGroup:SecurityGroup", Free(Networks) },
        { "aws:ec2/subnet:Subnet", Free(Networks) },
        { "aws:ec2/vpc:Vpc", Free(Networks) },
        { "aws:ec2/vpcEndpoint:VpcEndpoint", NetworkPricing.Endpoint },
        { "aws:iam/instanceProfile:InstanceProfile", Free(Identities) },
        { "aws:iam/policy:Policy", Free(Identities) },
        { "aws:iam/role:Role", Free(Identities) },
        { "aws:iam/rolePolicy:RolePolicy", Free(Identities) },
        { "aws:kms/alias:Alias", Free(KeyNames) },
        { "aws:kms/key:Key", KeyPricing.Amazon },
        { "aws:resourcegroups/group:Group", Free(Grouping) },
        { "aws:resourcegroups/resource:Resource", Free(Grouping) },
        { "aws:s3/bucket:Bucket", StoragePricing.Amazon },
        { "aws:efs/fileSystem:FileSystem", FilesPricing.Elastic },
        { "aws:efs/mountTarget:MountTarget", Free(Doors) },
        { "aws:efs/accessPoint:AccessPoint", Free(Doors) },
        { "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation", Free(Doors) },
        { "aws:fsx/lustreFileSystem:LustreFileSystem", FilesPricing.AmazonLustre },
        { "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", Free(Settings) },
        { "aws:s3/bucketReplicationConfig:BucketReplicationConfig", StoragePricing.AmazonCopies },
        { "aws:s3/bucketOwnershipControls:BucketOwnershipControls", Free(Settings) },
        { "aws:s3/bucketPolicy:BucketPolicy", Free(Settings) },
        { "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", Free(Settings) },
        { "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", Free(Settings) },
        { "aws:s3/bucketVersioning:BucketVersioning", Free(Settings) },
        { "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", Free(Networks) },
        { "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", Free(Networks) },
        { "gcp:billing/budget:Budget", Free(Told) },
        { "gcp:cloudfunctionsv2/function:Function", Usage("functions", "depends on how long a run takes: some seconds") },
        { "gcp:cloudquota/sQuotaPreference:SQuotaPreference", Free(Permission) },
        { "gcp:cloudscheduler/job:Job", Usage("scheduled jobs", "three an account are free") },
        { "gcp:monitoring/alertPolicy:AlertPolicy", Usage("alerting", "depends on conditions and on the figures that machines publish; with monitoring: managed what they send is billed by the reading besides") },
        { "gcp:monitoring/notificationChannel:NotificationChannel", Free(Receivers) },
        { "gcp:projects/iAMCustomRole:IAMCustomRole", Free(Identities) },
        { "gcp:pubsub/subscription:Subscription", Usage("messages", "depends on how many are sent") },
        { "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember", Free(Identities) },
        { "gcp:pubsub/topic:Topic", Usage("messages", "depends on how many are sent") },
        { "gcp:pubsub/topicIAMMember:TopicIAMMember", Free(Identities) },
        { "gcp:serviceaccount/iAMMember:IAMMember", Free(Identities) },
        { "gcp:compute/globalAddress:GlobalAddress", Free(Networks) },
        { "gcp:filestore/instance:Instance", FilesPricing.Filestore },
        { "gcp:lustre/instance:Instance", FilesPricing.GoogleLustre },
        { "gcp:servicenetworking/connection:Connection", Free(Networks) },
        { "gcp:storage/transferJob:TransferJob", StoragePricing.GoogleCopies },
        { "gcp:storage/bucketObject:BucketObject", Free(Objects) },
        { "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", Free(Identities) },
        { "gcp:compute/firewall:Firewall", Free(Networks) },
        { "gcp:compute/disk:Disk", MonitorPricing.Volume },
        { GoogleMachine, MonitorPricing.Google },
        { "gcp:secretmanager/secret:Secret", MonitorPricing.GoogleSecret },
        { "gcp:compute/forwardingRule:ForwardingRule", NetworkPricing.Forwarding },
        { "gcp:compute/healthCheck:HealthCheck", Free(Balancing) },
        { "gcp:compute/regionBackendService:RegionBackendService", Free(Balancing) },
        { "gcp:dns/managedZone:ManagedZone", NetworkPricing.GoogleZone },
        { "gcp:dns/recordSet:RecordSet", Free(ZoneNames) },
        { "gcp:secretmanager/secretIamMember:SecretIamMember", Free(Identities) },
        { GoogleGroups.ZonalGroup, MachinePricing.Price },
        { "gcp:compute/network:Network", Free(Networks) },
        { "gcp:compute/regionAutoscaler:RegionAutoscaler", Free(Schedules) },
        { GoogleGroups.RegionalGroup, MachinePricing.Price },
        { GoogleGroups.Template, Free(Templates) },
        { "gcp:compute/futureReservation:FutureReservation", ReservationPricing.Future },
        { "gcp:compute/reservation:Reservation", ReservationPricing.Google },
        { "gcp:compute/resourcePolicy:ResourcePolicy", Free(Placing) },
        { "gcp:compute/router:Router", Free(Networks) },
        { "gcp:compute/routerNat:RouterNat", NetworkPricing.Nat },
        { "gcp:compute/subnetwork:Subnetwork", NetworkPricing.Subnet },
        { "gcp:kms/cryptoKey:CryptoKey", KeyPricing.Google },
        { "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", Free(Identities) },
        { "gcp:kms/keyRing:KeyRing", Free(KeyNames) },
        { "gcp:projects/iAMMember:IAMMember", Free(Identities) },
        { "gcp:serviceaccount/account:Account", Free(Identities) },
        { "gcp:storage/bucket:Bucket", StoragePricing.Google },
        { "gcp:storage/bucketIAMMember:BucketIAMMember", Free(Identities) },
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>What a resource costs by its type's entry.</summary>
    public static Pricing Price(ResourceRecord resource, PricingContext context) =>
        Rules.TryGetValue(resource.Type, out var rule)
            ? rule(resource, context)
            : context.Bill(resource).Unpriced(resource.Type, Unclassified).ToPricing(Unclassified);

    private static PricingRule Free(string because) => (_, _) => Pricing.Free(because);

    private static PricingRule Usage(string what, string reason) =>
        (resource, context) => context.Bill(resource).Unpriced(what, reason).ToPricing(reason);
}
