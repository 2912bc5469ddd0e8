using System.Text;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;
using static GpuInfra.Offline.Policies.ResourceTypes;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests.Policies;

/// <summary>A policy, a way to break it in production's record, and what it has to say to that.</summary>
internal sealed record Violation(string Policy, string Says, Func<PreviewRecord, PreviewRecord> Plant);

/// <summary>Planted violations. Policies of the run and of the plan are tested in files of their own.</summary>
internal static class Violations
{
    public const string GoogleTemplate = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
    private const string Firewall = "gcp:compute/firewall:Firewall";
    private const string Ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    private const string Egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
    private const string RolePolicy = "aws:iam/rolePolicy:RolePolicy";
    private const string BucketEncryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

    // Put together, so that no scanner takes this file for a leak.
    private const string Token = "hf_" + "abcdefghijklmnopqrstuvwxyzabcdefgh";

    public static IEnumerable<Violation> All =>
    [
        .. Network, .. Access, .. Data, .. Secrets, .. Purchases, .. Groups, .. Functions, .. Sizes,
    ];

    private static IEnumerable<Violation> Network =>
    [
        new("no-public-address", "associatePublicIpAddress", record =>
            record.With(LaunchTemplate, "", Text("true"), "networkInterfaces", "associatePublicIpAddress")),
        new("no-public-address", "no network interface", record => record.With(LaunchTemplate, "", null, "networkInterfaces")),
        new("no-public-address", "subnet", record =>
            record.With("aws:ec2/subnet:Subnet", "", new PropertyValue.Bool(true), "mapPublicIpOnLaunch")),
        new("no-public-address", "access configuration", record =>
            record.With(GoogleTemplate, "", List(Map()), "networkInterfaces", "accessConfigs")),
        new("exporters-private", "10.9.0.0/16", record => record.Plus(Ingress, ("ipProtocol", Text("tcp")), ("fromPort", new PropertyValue.Number(9000)), ("toPort", new PropertyValue.Number(9500)), ("cidrIpv4", Text("10.9.0.0/16")))),
        new("exporters-private", "sg-1", record => record.Plus(Ingress, ("ipProtocol", Text("-1")), ("referencedSecurityGroupId", Text("sg-1")))),
        new("exporters-private", "gpu-client", record => record.Plus(Firewall, ("direction", Text("INGRESS")), ("sourceTags", List(Text("gpu-client"))), ("allows", List(Map(("protocol", Text("tcp")), ("ports", List(Text("9400")))))))),
        new("exporters-private", "anybody", record => record.Plus(Firewall, ("allows", List(Map(("protocol", Text("all"))))))),
        new("exporters-private", "10.16.1.11/32", record => record.Plus(Ingress, ("ipProtocol", Text("tcp")), ("fromPort", new PropertyValue.Number(9100)), ("toPort", new PropertyValue.Number(9100)), ("cidrIpv4", Text("10.16.1.11/32")))),
        new("no-public-address", "gives a machine a public address", record => record.With("aws:ec2/eip:Eip", "", Text("i-1"), "instance")),
        new("no-public-address", "associatePublicIpAddress", record => record.With(Instance, "", null, "associatePublicIpAddress")),
        new("no-public-address", "access configuration", record => record.With(GoogleInstance, "", List(Map()), "networkInterfaces", "accessConfigs")),
        new("no-public-address", "leads its subnet to an internet gateway", record => record.With("aws:ec2/route:Route", "aws-us-east-1-monitor-1", Text("igw-1"), "gatewayId")),
        new("no-open-ingress", "0.0.0.0/0", record => record.With(Ingress, "", Text("0.0.0.0/0"), "cidrIpv4")),
        new("no-open-ingress", "::/0", record => record.With(Ingress, "", Text("::/0"), "cidrIpv6")),
        new("no-open-ingress", "128.0.0.0/1", record => record.Plus(
            "aws:ec2/securityGroup:SecurityGroup", ("ingress", List(Map(("cidrBlocks", List(Text("128.0.0.0/1")))))))),
        new("no-open-ingress", "0.0.0.0/0", record => record.With(Firewall, "health", List(Text("0.0.0.0/0")), "sourceRanges")),
        new("no-open-ingress", "0.0.0.0/0", record => record.With(Firewall, "clients", null, "sourceTags")),
        new("no-open-egress", "everything out to 0.0.0.0/0", record => record
            .With(Egress, "s3", Text("-1"), "ipProtocol").With(Egress, "s3", Text("0.0.0.0/0"), "cidrIpv4")),
        new("no-open-egress", "everything out to 0.0.0.0/0", record =>
            record.With(Firewall, "https", List(Map(("protocol", Text("all")))), "allows")),
        new("no-open-egress", "no EGRESS rule denies", record =>
            record.With(Firewall, "nothing", new PropertyValue.Bool(true), "disabled")),
    ];

    private static IEnumerable<Violation> Access =>
    [
        new("least-privilege", "allows every action", record => record.With(RolePolicy, "", Allow("*", "arn:aws:s3:::b"), "policy")),
        new("least-privilege", "s3:* on every resource", record => record.With(RolePolicy, "", Allow("s3:*", "*"), "policy")),
        new("least-privilege", "pass any role", record => record.With(RolePolicy, "", Allow("iam:PassRole", "*"), "policy")),
        new("least-privilege", "what NotAction lists", record => record.With(
            RolePolicy, "", Text("""{"Statement":{"Effect":"Allow","NotAction":"s3:PutObject","Resource":"*"}}"""), "policy")),
        new("least-privilege", "allows anyone", record => record.With("aws:iam/role:Role", "", Text(
            """{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"sts:AssumeRole"}]}"""), "assumeRolePolicy")),
        new("least-privilege", "AdministratorAccess", record => record.Plus(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment", ("policyArn", Text("arn:aws:iam::aws:policy/AdministratorAccess")))),
        new("least-privilege", "roles/editor is a basic role", record =>
            record.With("gcp:projects/iAMMember:IAMMember", "", Text("roles/editor"), "role")),
        new("least-privilege", "to allAuthenticatedUsers", record => record.With(
            "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", "", Text("allAuthenticatedUsers"), "member")),
        new("least-privilege", "to allUsers", record =>
            record.With("gcp:storage/bucketIAMMember:BucketIAMMember", "", Text("allUsers"), "member")),
        new("least-privilege", "default account", record => record.With(GoogleTemplate, "", null, "serviceAccount")),
        new("least-privilege", "does not end", record => record.Plus("gcp:serviceaccount/key:Key")),
        new("imds-v2", "httpTokens", record => record.With(LaunchTemplate, "", Text("optional"), "metadataOptions", "httpTokens")),
        new("imds-v2", "httpTokens", record => record.With(LaunchTemplate, "", null, "metadataOptions")),
        new("imds-v2", "HopLimit is 5", record =>
            record.With(LaunchTemplate, "", new PropertyValue.Number(5), "metadataOptions", "httpPutResponseHopLimit")),
        new("tags", "lacks the tags environment", record => record.With(LaunchTemplate, "", null, "tags")),
        new("tags", "lacks the tags environment", record => record.With(GoogleBucket, "", null, "labels")),
    ];

    private static IEnumerable<Violation> Data =>
    [
        new("encryption-at-rest", "ebs.encrypted", record =>
            record.With(LaunchTemplate, "", Text("false"), "blockDeviceMappings", "ebs", "encrypted")),
        new("encryption-at-rest", "no blockDeviceMapping", record => record.With(LaunchTemplate, "", null, "blockDeviceMappings")),
        new("encryption-at-rest", "this bucket", record => record.Without(BucketEncryption)),
        new("encryption-at-rest", "encrypted is not true", record => record.Plus(Efs)),
        new("encryption-at-rest", "no key of the other region", record => record.Plus(Replication, ("rules", List(Map(("status", Text("Enabled"))))))),
        new("shared-files", "bursting", record => record.Plus(Efs, ("encrypted", Text("true")))),
        new("shared-files", "default security group", record => record.Plus("aws:efs/mountTarget:MountTarget")),
        new("shared-files", "default security group", record => record.Plus(Fsx)),
        new("shared-files", "NFS_V4_1", record => record.Plus(Filestore, ("networks", List(Map(("connectMode", Text("DIRECT_PEERING"))))))),
        new("shared-files", "more than one network", record => record.Plus(Filestore, ("networks", List(Map(), Map())))),
        new("weights-stay", "older versions", record => record.Without(Lifecycle)),
        new("weights-stay", "moves or deletes weights", record => record.With(Lifecycle, "", List(Map(("storageClass", Text("GLACIER")))), "rules", "transitions")),
        new("weights-stay", "older versions", record => record.With(GoogleBucket, "", null, "lifecycleRules")),
        new("weights-stay", "moves or deletes weights", record => record.With(GoogleBucket, "weights", List(Map(("action", Map(("type", Text("Delete")))), ("condition", Map(("age", Text("90")))))), "lifecycleRules")),
        new("own-keys", "AWS manages", record => record.Plus(Efs)),
        new("own-keys", "Google manages", record => record.Plus(Filestore)),
        new("own-keys", "Google manages", record => record.Plus(GoogleLustre)),
        new("deletion-protection", "deletionProtectionEnabled", record => record.Plus(Filestore)),
        new("irrevocable-protected", "not protected", record => record.Plus(GoogleLustre)),
        new("no-public-bucket", "four ways", record => record.With(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "", new PropertyValue.Bool(false), "blockPublicPolicy")),
        new("no-public-bucket", "publicAccessPrevention", record =>
            record.With(GoogleBucket, "", Text("inherited"), "publicAccessPrevention")),
        new("tls-only", "without TLS", record => record.Without("aws:s3/bucketPolicy:BucketPolicy")),
        new("irrevocable-protected", "not protected", record => record.Unprotected(CapacityReservation)),
        new("irrevocable-protected", "not protected", record => record.Unprotected(GoogleBucket)),
        new("irrevocable-protected", "not protected", record => record.Unprotected("aws:ec2/vpc:Vpc")),
        new("irrevocable-protected", "not protected", record => record.Unprotected("aws:ec2/subnet:Subnet")),
        new("irrevocable-protected", "not protected", record => record.Unprotected("gcp:compute/network:Network")),
        new("irrevocable-protected", "not protected", record => record.Unprotected("gcp:compute/subnetwork:Subnetwork")),
        new("irrevocable-protected", "not protected", record => record.Unprotected(KmsKey)),
        new("irrevocable-protected", "not protected", record => record.Unprotected("gcp:kms/keyRing:KeyRing")),
        new("irrevocable-protected", "not protected", record => record.Unprotected("gcp:kms/cryptoKey:CryptoKey")),
        new("own-keys", "blockDeviceMappings[0]", record =>
            record.With(LaunchTemplate, "", null, "blockDeviceMappings", "ebs", "kmsKeyId")),
        new("own-keys", "disks[0]", record => record.With(GoogleTemplate, "", null, "disks", "diskEncryptionKey")),
        new("own-keys", "account's own S3 key", record => record.Without(BucketEncryption)),
        new("own-keys", "Google manages", record => record.With(GoogleBucket, "", null, "encryption")),
        new("own-keys", "AWS manages", record => record.With(LogGroup, "", null, "kmsKeyId")),
        new("own-keys", "enableKeyRotation", record => record.With(KmsKey, "", new PropertyValue.Bool(false), "enableKeyRotation")),
        new("own-keys", "rotationPeriod", record => record.With("gcp:kms/cryptoKey:CryptoKey", "", null, "rotationPeriod")),
        new("own-keys", "starts from", record => record.With(Instance, "", null, "rootBlockDevice", "kmsKeyId")),
        new("own-keys", "starts from", record => record.With(GoogleInstance, "", null, "bootDisk", "kmsKeySelfLink")),
        new("own-keys", "AWS manages", record => record.With("aws:ebs/volume:Volume", "", null, "kmsKeyId")),
        new("own-keys", "AWS manages", record => record.With("aws:secretsmanager/secret:Secret", "", null, "kmsKeyId")),
        new("own-keys", "Google manages", record => record.With("gcp:compute/disk:Disk", "", null, "diskEncryptionKey")),
        new("encryption-at-rest", "encrypted is not true", record => record.With("aws:ebs/volume:Volume", "", null, "encrypted")),
        new("deletion-protection", "finalSnapshot", record => record.With("aws:ebs/volume:Volume", "", null, "finalSnapshot")),
        new("deletion-protection", "createSnapshotBeforeDestroy", record => record.With("gcp:compute/disk:Disk", "", null, "createSnapshotBeforeDestroy")),
        new("deletion-protection", "forceDestroy", record => record.With(Bucket, "", new PropertyValue.Bool(true), "forceDestroy")),
        new("deletion-protection", "no old versions", record => record.With(GoogleBucket, "", null, "versioning")),
        new("deletion-protection", "PREVENT", record => record.With(GoogleReservation, "", Text("DELETE"), "deletionPolicy")),
        new("log-retention", "for ever", record => record.With(LogGroup, "", null, "retentionInDays")),
        new("log-retention", "for ever", record => record.With(LogGroup, "", new PropertyValue.Number(0), "retentionInDays")),
    ];

    private static IEnumerable<Violation> Sizes =>
    [
        new("scaling-bounded", "ASGAverageCPUUtilization, which says nothing", record => record.Plus("aws:autoscaling/policy:Policy", ("targetTrackingConfiguration", Map(
            ("predefinedMetricSpecification", Map(("predefinedMetricType", Text("ASGAverageCPUUtilization")))))))),
        new("scaling-bounded", "AWS/EC2 CPUUtilization, which no machine publishes", record => record.Plus("aws:autoscaling/policy:Policy", ("targetTrackingConfiguration", Map(
            ("customizedMetricSpecification", Map(("namespace", Text("AWS/EC2")), ("metricName", Text("CPUUtilization")))))))),
        new("scaling-bounded", "estimatedInstanceWarmup", record => record.Plus("aws:autoscaling/policy:Policy")),
        new("scaling-bounded", "a group of no pool", record => record.Plus("aws:autoscaling/policy:Policy")),
        new("scaling-bounded", "it is not empty at first", record => record.With(AutoScalingGroup, "spot-rtx-pro-6000-fallback", new PropertyValue.Number(1), "desiredCapacity")),
        new("scaling-bounded", "larger than the", record => record.With(AutoScalingGroup, "spot-rtx-pro-6000-fallback", new PropertyValue.Number(99), "maxSize")),
        new("scaling-bounded", "desiredCapacity is not ignored", record => record.Changed(AutoScalingGroup, "-fallback", twin => twin with { Options = twin.Options with { IgnoreChanges = [] } })),
        new("scaling-bounded", "adjustmentType is not ExactCapacity", record => record.With("aws:autoscaling/policy:Policy", "spot-short", Text("ChangeInCapacity"), "adjustmentType")),
        new("scaling-bounded", "it asks for more than the", record => record.With("aws:autoscaling/policy:Policy", "spot-back", new PropertyValue.Number(999), "scalingAdjustment")),
        new("scaling-bounded", "cpuUtilization", record => record.Plus(
            "gcp:compute/regionAutoscaler:RegionAutoscaler", ("autoscalingPolicy", Map(("cpuUtilization", Map(("target", new PropertyValue.Number(0.6)))))))),
    ];

    private static IEnumerable<Violation> Functions =>
    [
        new("function-guarded", "reservedConcurrentExecutions", record => record.Plus("aws:lambda/function:Function")),
        new("function-guarded", "no deadLetterConfig", record => record.Plus(
            "aws:lambda/function:Function", ("reservedConcurrentExecutions", new PropertyValue.Number(1)))),
        new("function-guarded", "log group", record => record.Plus("aws:lambda/function:Function")),
        new("function-guarded", "AWS manages", record => record.Plus("aws:lambda/function:Function")),
        new("function-guarded", "maxInstanceCount", record => record.Plus("gcp:cloudfunctionsv2/function:Function")),
        new("function-guarded", "the internet may call it", record => record.Plus("gcp:cloudfunctionsv2/function:Function")),
        new("function-guarded", "default account", record => record.Plus("gcp:cloudfunctionsv2/function:Function")),
        new("stop-fenced", "production's machines", record => record.With(
            RolePolicy, "", Allow("ec2:StopInstances", "arn:aws:ec2:us-east-1:1:instance/*"), "policy")),
        new("stop-fenced", "does not say that it may be", record => record.With(RolePolicy, "", Allow("autoscaling:*", "arn:aws:autoscaling:*"), "policy")),
        new("stop-fenced", "nothing denies it production", record => record.With(RolePolicy, "", Text(
            """{"Statement":{"Effect":"Allow","Action":"ec2:Stop*","Resource":"arn:aws:ec2:*","Condition":{"StringEquals":{"aws:ResourceTag/auto-shutdown":"enabled","aws:ResourceTag/environment":"dev"}}}}"""), "policy")),
        new("stop-fenced", "production's machines", record => record.Plus(
            "gcp:projects/iAMCustomRole:IAMCustomRole", ("permissions", List(Text("compute.instanceGroupManagers.update"))))),
    ];

    private static IEnumerable<Violation> Secrets =>
    [
        new("no-plaintext-secret", "userData (decoded) holds a Hugging Face token", record => record.With(
            LaunchTemplate, "", Text(Convert.ToBase64String(Encoding.UTF8.GetBytes($"#!/bin/bash\nexport HF_TOKEN={Token}\n"))), "userData")),
        new("no-plaintext-secret", "metadataStartupScript holds a private key", record => record.With(
            GoogleTemplate, "", Text("-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE"), "metadataStartupScript")),
        new("no-plaintext-secret", "masterPassword is written in plain text", record =>
            record.Plus("aws:rds/instance:Instance", ("masterPassword", Text("correct horse")))),
        new("no-plaintext-secret", "outputs.grafana holds a password or token", record => record with
        {
            Resolved = record.Resolved with
            {
                Outputs = new PropertyValue.Map(record.Resolved.Outputs.Members.Add("grafana", Text("password=opensesame"))),
            },
        }),
        new("no-plaintext-secret", "log holds an AWS access key", record => record with
        {
            Resolved = record.Resolved with { Logs = [new LogRecord(LogSeverity.Info, "key AKIA" + "ABCDEFGHIJKLMNOP", null)] },
        }),
        new("no-plaintext-secret", "marked secret elsewhere", record => record
            .Plus("aws:secretsmanager/secretVersion:SecretVersion", ("secretString", new PropertyValue.Secret(Text("opensesame!"))))
            .With(LaunchTemplate, "", Text("say opensesame! twice"), "description")),
    ];

    private static IEnumerable<Violation> Purchases =>
    [
        new("approved", "nobody agreed to cbo-1", record =>
            record.Plus("aws:ec2/capacityBlockReservation:CapacityBlockReservation", ("capacityBlockOfferingId", Text("cbo-1")))),
        new("spot-never-online", "interruptible", record =>
            record.With(LaunchTemplate, "assistant", Text("spot"), "instanceMarketOptions", "marketType")),
        new("spot-never-online", "interruptible", record => record.With(
            AutoScalingGroup,
            "assistant",
            Map(("onDemandPercentageAboveBaseCapacity", new PropertyValue.Number(0))),
            "mixedInstancesPolicy",
            "instancesDistribution")),
        new("spot-never-online", "interruptible", record =>
            record.With(GoogleTemplate, "assistant", Text("SPOT"), "scheduling", "provisioningModel")),
        new("reservation-targeted", "not targeted", record =>
            record.With(CapacityReservation, "", Text("open"), "instanceMatchCriteria")),
        new("reservation-targeted", "specificReservationRequired", record =>
            record.With(GoogleReservation, "", null, "specificReservationRequired")),
        new("reservation-targeted", "name no reservation", record => record.With(
            AutoScalingGroup, "reserved", null, "capacityReservationSpecification", "capacityReservationTarget")),
        new("reservation-targeted", "outside their reservation", record => record.With(
            AutoScalingGroup, "reserved", Text("capacity-reservations-first"),
            "capacityReservationSpecification", "capacityReservationPreference")),
        new("reservation-targeted", "not set, not none", record =>
            record.With(AutoScalingGroup, "ondemand", null, "capacityReservationSpecification")),
        new("reservation-targeted", "open, not none", record => record.With(
            AutoScalingGroup, "spot", Text("open"), "capacityReservationSpecification", "capacityReservationPreference")),
        new("reservation-targeted", "not theirs", record => record.With(
            AutoScalingGroup, "ondemand", Map(), "capacityReservationSpecification", "capacityReservationTarget")),
        new("reservation-targeted", "reservationAffinity is NO_RESERVATION", record =>
            record.With(GoogleTemplate, "reserved", Text("NO_RESERVATION"), "reservationAffinity", "type")),
        new("reservation-targeted", "name no reservation", record =>
            record.With(GoogleTemplate, "reserved", null, "reservationAffinity", "specificReservation")),
        new("reservation-targeted", "ANY_RESERVATION", record =>
            record.With(GoogleTemplate, "ondemand", Text("ANY_RESERVATION"), "reservationAffinity", "type")),
    ];

    private static IEnumerable<Violation> Groups =>
    [
        new("no-fixed-names", "its name is fixed", record => record.With(LaunchTemplate, "", Text("x"), "name")),
        new("no-fixed-names", "its name is fixed", record => record.With(RegionalGroup, "", Text("x"), "name")),
        new("pinned-template-version", "$Latest", record =>
            record.With(AutoScalingGroup, "ondemand", Text("$Latest"), "launchTemplate", "version")),
        new("pinned-template-version", "not set", record => record.With(
            AutoScalingGroup, "spot", null, "mixedInstancesPolicy", "launchTemplate", "launchTemplateSpecification", "version")),
        new("ladder-weights", "not a whole number", record => record.With(
            AutoScalingGroup, "spot", Text("1000"), "mixedInstancesPolicy", "launchTemplate", "overrides", "weightedCapacity")),
        new("ladder-weights", "1 of 2 rungs have no weight", record => record.With(
            AutoScalingGroup,
            "spot",
            List(Map(("weightedCapacity", Text("1"))), Map(("instanceType", Text("p5.48xlarge")))),
            "mixedInstancesPolicy",
            "launchTemplate",
            "overrides")),
        .. Combinations,
        new("surge-fits", "maxSurgeFixed is 1", record =>
            record.With(RegionalGroup, "ondemand", new PropertyValue.Number(1), "updatePolicy", "maxSurgeFixed")),
        new("surge-fits", "never updates", record =>
            record.With(RegionalGroup, "ondemand", new PropertyValue.Number(0), "updatePolicy", "maxSurgeFixed")),
        new("surge-fits", "fill their reservation", record =>
            record.With(ZonalGroup, "", new PropertyValue.Number(1), "updatePolicy", "maxSurgeFixed")),
        new("surge-fits", "maxHealthyPercentage", record => record.With(
            AutoScalingGroup, "reserved", new PropertyValue.Number(110), "instanceRefresh", "preferences", "maxHealthyPercentage")),
    ];

    /// <summary>A row of the provisioning notes' table of refused combinations each.</summary>
    private static IEnumerable<Violation> Combinations =>
    [
        Refused("spot machines cannot start on a reservation", record => record
            .With(LaunchTemplate, "ondemand", Text("spot"), "instanceMarketOptions", "marketType")
            .With(LaunchTemplate, "ondemand", Map(("capacityReservationId", Text("cr-1"))), "capacityReservationSpecification", "capacityReservationTarget")),
        Refused("spot machines cannot start on a reservation", record => record.With(
            AutoScalingGroup, "spot", Text("capacity-reservations-first"), "capacityReservationSpecification", "capacityReservationPreference")),
        Refused("target beside the preference open", record => record
            .With(LaunchTemplate, "ondemand", Text("open"), "capacityReservationSpecification", "capacityReservationPreference")
            .With(LaunchTemplate, "ondemand", Map(("capacityReservationId", Text("cr-1"))), "capacityReservationSpecification", "capacityReservationTarget")),
        Refused("target beside the preference none", record => record.With(
            AutoScalingGroup, "reserved", Text("none"), "capacityReservationSpecification", "capacityReservationPreference")),
        Refused("id beside a group of reservations", record => record.With(
            LaunchTemplate, "ondemand", Map(("capacityReservationId", Text("cr-1")), ("capacityReservationResourceGroupArn", Text("arn:1"))),
            "capacityReservationSpecification", "capacityReservationTarget")),
        Refused("ids of reservations beside a group", record => record.With(
            AutoScalingGroup, "reserved", Map(("capacityReservationIds", List(Text("cr-1"))), ("capacityReservationResourceGroupArns", List(Text("arn:1")))),
            "capacityReservationSpecification", "capacityReservationTarget")),
        Refused("instanceType beside instanceRequirements", record => record
            .With(LaunchTemplate, "ondemand", Text("p5.48xlarge"), "instanceType").With(LaunchTemplate, "ondemand", Map(), "instanceRequirements")),
        Refused("vpcSecurityGroupIds beside networkInterfaces", record => record.With(LaunchTemplate, "ondemand", List(Text("sg-1")), "vpcSecurityGroupIds")),
        Refused("a market in the template beside mixedInstancesPolicy", record => record.With(LaunchTemplate, "spot", Text("spot"), "instanceMarketOptions", "marketType")),
        Refused("a warm pool of spot machines", record => record.With(AutoScalingGroup, "spot", Map(), "warmPool")),
        Refused("launchTemplate beside mixedInstancesPolicy", record => record.With(AutoScalingGroup, "spot", Map(), "launchTemplate")),
        Refused("reservations-then-balanced without", record => record.With(
            AutoScalingGroup, "ondemand", Text("reservations-then-balanced"), "availabilityZoneDistribution", "capacityDistributionStrategy")),
        Refused("several instance types on one template with EFA", record => record
            .With(LaunchTemplate, "spot", List(Map(("interfaceType", Text("efa-only")))), "networkInterfaces")
            .With(AutoScalingGroup, "spot", List(Map(("instanceType", Text("p5.48xlarge"))), Map(("instanceType", Text("p5en.48xlarge")))),
                "mixedInstancesPolicy", "launchTemplate", "overrides")),
        Refused("a Capacity Block in a mixed instances policy", record => record.With(LaunchTemplate, "spot", Text("capacity-block"), "instanceMarketOptions", "marketType")),
        Refused("a Capacity Block in several zones", record => record.With(LaunchTemplate, "ondemand", Text("capacity-block"), "instanceMarketOptions", "marketType")),
        Refused("a Capacity Block with a warm pool", record => record
            .With(LaunchTemplate, "ondemand", Text("capacity-block"), "instanceMarketOptions", "marketType").With(AutoScalingGroup, "ondemand", Map(), "warmPool")),
        Refused("endDate with endDateType unlimited", record => record
            .With(CapacityReservation, "", Text("2027-01-01T00:00:00Z"), "endDate").With(CapacityReservation, "", Text("unlimited"), "endDateType")),
        Refused("limited without endDate", record => record.With(CapacityReservation, "", Text("limited"), "endDateType")),
    ];

    private static Violation Refused(string says, Func<PreviewRecord, PreviewRecord> plant) => new("accepted-combinations", says, plant);

    private static PreviewRecord Unprotected(this PreviewRecord record, string type) =>
        record.Changed(type, "", resource => resource with { Options = resource.Options with { Protect = false } });

    private static PropertyValue Allow(string action, string resource) => Text(
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["{{action}}"],"Resource":"{{resource}}"}]}""");
}
