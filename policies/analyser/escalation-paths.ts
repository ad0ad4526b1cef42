/**
 * Ways to more rights than one was given, from the semantics of AWS's actions. A path is had by whoever
 * holds all of its actions; `role` is the service to which iam:PassRole must be allowed as well.
 */
export interface Path {
  id: string;
  actions: readonly string[];
  role?: string;
}

const path = (text: string): Path => {
  const [left = "", role] = text.split(" as ");
  const actions = left.split(" ");
  const id = (role === undefined ? actions : ["iam:PassRole", ...actions]).join(" + ");
  return { id, actions: actions.map((action) => action.toLowerCase()), ...(role && { role }) };
};

/** The policy of a principal rewritten, replaced, added or unbounded; a principal's key or password made. */
const IDENTITY = `
iam:CreatePolicyVersion
iam:SetDefaultPolicyVersion
iam:AttachUserPolicy
iam:AttachGroupPolicy
iam:AttachRolePolicy
iam:PutUserPolicy
iam:PutGroupPolicy
iam:PutRolePolicy
iam:AddUserToGroup
iam:CreateAccessKey
iam:CreateLoginProfile
iam:UpdateLoginProfile
iam:UpdateAssumeRolePolicy
iam:DeleteRolePermissionsBoundary
iam:DeleteUserPermissionsBoundary
iam:PutRolePermissionsBoundary
iam:PutUserPermissionsBoundary
iam:UpdateSAMLProvider
iam:ResetServiceSpecificCredential
iam:CreateServiceSpecificCredential
sso:PutInlinePolicyToPermissionSet
sso:AttachManagedPolicyToPermissionSet
sso:CreateAccountAssignment
identitystore:CreateGroupMembership
eks:CreateAccessEntry eks:AssociateAccessPolicy
`;

/** A role handed to a service that runs code, or makes resources, under it. */
const PASSED = `
ec2:RunInstances as ec2.amazonaws.com
ec2:RequestSpotInstances as ec2.amazonaws.com
ec2:RequestSpotFleet as ec2.amazonaws.com
ec2:CreateFleet as ec2.amazonaws.com
ec2:AssociateIamInstanceProfile as ec2.amazonaws.com
ec2:ReplaceIamInstanceProfileAssociation as ec2.amazonaws.com
iam:AddRoleToInstanceProfile as ec2.amazonaws.com
autoscaling:CreateLaunchConfiguration autoscaling:CreateAutoScalingGroup as ec2.amazonaws.com
autoscaling:CreateLaunchConfiguration autoscaling:UpdateAutoScalingGroup as ec2.amazonaws.com
lambda:CreateFunction lambda:InvokeFunction as lambda.amazonaws.com
lambda:CreateFunction lambda:AddPermission as lambda.amazonaws.com
lambda:CreateFunction lambda:CreateFunctionUrlConfig as lambda.amazonaws.com
lambda:CreateFunction lambda:CreateEventSourceMapping as lambda.amazonaws.com
lambda:CreateFunction events:PutTargets as lambda.amazonaws.com
lambda:UpdateFunctionConfiguration as lambda.amazonaws.com
ecs:RegisterTaskDefinition ecs:RunTask as ecs-tasks.amazonaws.com
ecs:RegisterTaskDefinition ecs:StartTask as ecs-tasks.amazonaws.com
ecs:RegisterTaskDefinition ecs:CreateService as ecs-tasks.amazonaws.com
ecs:RegisterTaskDefinition ecs:UpdateService as ecs-tasks.amazonaws.com
ecs:RunTask as ecs-tasks.amazonaws.com
batch:RegisterJobDefinition batch:SubmitJob as ecs-tasks.amazonaws.com
glue:CreateDevEndpoint as glue.amazonaws.com
glue:CreateJob glue:StartJobRun as glue.amazonaws.com
glue:CreateJob glue:CreateTrigger as glue.amazonaws.com
glue:UpdateJob glue:StartJobRun as glue.amazonaws.com
glue:UpdateJob glue:CreateTrigger as glue.amazonaws.com
glue:CreateSession glue:RunStatement as glue.amazonaws.com
cloudformation:CreateStack as cloudformation.amazonaws.com
cloudformation:UpdateStack as cloudformation.amazonaws.com
cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet as cloudformation.amazonaws.com
cloudformation:CreateStackSet cloudformation:CreateStackInstances as cloudformation.amazonaws.com
cloudformation:UpdateStackSet as cloudformation.amazonaws.com
codebuild:CreateProject codebuild:StartBuild as codebuild.amazonaws.com
codebuild:CreateProject codebuild:StartBuildBatch as codebuild.amazonaws.com
codebuild:UpdateProject codebuild:StartBuild as codebuild.amazonaws.com
codepipeline:CreatePipeline as codepipeline.amazonaws.com
sagemaker:CreateNotebookInstance sagemaker:CreatePresignedNotebookInstanceUrl as sagemaker.amazonaws.com
sagemaker:CreateNotebookInstanceLifecycleConfig sagemaker:CreateNotebookInstance as sagemaker.amazonaws.com
sagemaker:CreateTrainingJob as sagemaker.amazonaws.com
sagemaker:CreateProcessingJob as sagemaker.amazonaws.com
sagemaker:CreateDomain sagemaker:CreatePresignedDomainUrl as sagemaker.amazonaws.com
datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline as datapipeline.amazonaws.com
apprunner:CreateService as tasks.apprunner.amazonaws.com
apprunner:UpdateService as tasks.apprunner.amazonaws.com
bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:InvokeCodeInterpreter as bedrock-agentcore.amazonaws.com
bedrock-agentcore:CreateAgentRuntime bedrock-agentcore:InvokeAgentRuntime as bedrock-agentcore.amazonaws.com
states:CreateStateMachine states:StartExecution as states.amazonaws.com
states:UpdateStateMachine states:StartExecution as states.amazonaws.com
ssm:StartAutomationExecution as ssm.amazonaws.com
elasticmapreduce:RunJobFlow as elasticmapreduce.amazonaws.com
emr-serverless:CreateApplication emr-serverless:StartJobRun as emr-serverless.amazonaws.com
scheduler:CreateSchedule as scheduler.amazonaws.com
events:PutRule events:PutTargets as events.amazonaws.com
imagebuilder:CreateInfrastructureConfiguration imagebuilder:CreateImage as ec2.amazonaws.com
cognito-identity:SetIdentityPoolRoles as cognito-identity.amazonaws.com
amplify:CreateApp as amplify.amazonaws.com
kinesisanalytics:CreateApplication kinesisanalytics:StartApplication as kinesisanalytics.amazonaws.com
gamelift:CreateFleet as gamelift.amazonaws.com
eks:CreatePodIdentityAssociation as pods.eks.amazonaws.com
eks:UpdatePodIdentityAssociation as pods.eks.amazonaws.com
eks:CreateNodegroup as ec2.amazonaws.com
`;

/** Code or a shell put where a role is already at work. */
const EXISTING = `
lambda:UpdateFunctionCode
lambda:UpdateFunctionConfiguration lambda:PublishLayerVersion
codebuild:StartBuild
codebuild:StartBuildBatch
ssm:SendCommand
ssm:StartSession
ec2-instance-connect:SendSSHPublicKey
ec2-instance-connect:SendSerialConsoleSSHPublicKey
ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances
ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate
ec2:CreateLaunchTemplateVersion autoscaling:UpdateAutoScalingGroup
ecs:ExecuteCommand
glue:UpdateDevEndpoint
glue:RunStatement
sagemaker:CreatePresignedNotebookInstanceUrl
sagemaker:CreatePresignedDomainUrl
sagemaker:UpdateNotebookInstance sagemaker:StopNotebookInstance sagemaker:StartNotebookInstance
cloudformation:UpdateStack
cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet
cloudformation:UpdateStackSet
apprunner:UpdateService
states:UpdateStateMachine states:StartExecution
elasticmapreduce:AddJobFlowSteps
datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline
bedrock-agentcore:InvokeCodeInterpreter
cloud9:CreateEnvironmentMembership
`;

const paths = (block: string): Path[] => block.trim().split("\n").map(path);

/** All paths; a test holds each action against AWS's list. */
export const PATHS: readonly Path[] = [...paths(IDENTITY), ...paths(PASSED), ...paths(EXISTING)];
