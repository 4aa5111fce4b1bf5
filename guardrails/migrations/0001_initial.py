"""The tables of teams, agents, tokens, decisions, exceptions, budgets and the audit log."""

import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import guardrails.models.api_token
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('policies', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='As the systems around us write it, for example ana or ana@example.com.', max_length=64, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}\\Z', 'Use letters, digits and . _ @ + - (at most 64, a letter or digit first), for example ana@example.com.')], verbose_name='code')),
                ('name', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='As the systems around us write it, for example ana or ana@example.com.', max_length=64, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}\\Z', 'Use letters, digits and . _ @ + - (at most 64, a letter or digit first), for example ana@example.com.')], verbose_name='code')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('human', 'Person'), ('ai', 'AI assistant')], default='human', max_length=8)),
                ('active', models.BooleanField(default=True, help_text='An inactive agent can neither ask nor grant.')),
                ('user', models.OneToOneField(blank=True, help_text='Their login to the screens, where they have one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agent', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agents', to='guardrails.team')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('token_key', models.CharField(db_index=True, max_length=25)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expiry', models.DateTimeField(blank=True, null=True)),
                ('public_id', models.CharField(default=guardrails.models.api_token.new_token_id, editable=False, max_length=30, primary_key=True, serialize=False)),
                ('digest', models.CharField(editable=False, max_length=128, unique=True)),
                ('name', models.CharField(help_text='Which system or AI agent uses it, for example Help desk.', max_length=100)),
                ('scopes', models.JSONField(default=list, validators=[guardrails.models.api_token.validate_scopes])),
                ('active', models.BooleanField(default=True)),
                ('agent', models.ForeignKey(blank=True, help_text='The one agent whose own token this is; left empty for a system that acts for several.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_tokens', to='guardrails.agent')),
                ('agents', models.ManyToManyField(blank=True, help_text='Agents that this client may act for.', related_name='tokens', to='guardrails.agent')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='auth_token_set', to=settings.AUTH_USER_MODEL)),
                ('teams', models.ManyToManyField(blank=True, help_text='Teams whose agents this client may act for.', related_name='tokens', to='guardrails.team')),
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='BudgetWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('budget', models.CharField(max_length=64)),
                ('scope_key', models.CharField(blank=True, help_text="Whose budget: a code or reference; empty: the policy's.", max_length=128)),
                ('starts_on', models.DateField()),
                ('measure', models.CharField(choices=[('money', 'Money'), ('count', 'Number of exceptions')], max_length=8)),
                ('limit', models.BigIntegerField(help_text="In the currency's smallest unit, or a count.")),
                ('held', models.BigIntegerField(default=0)),
                ('spent', models.BigIntegerField(default=0)),
                ('rolled_on', models.DateField(default=datetime.date(1, 1, 1), help_text='Of a rolling budget: entries of earlier days count no more.')),
                ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policy')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('team', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=64)),
                ('channel', models.CharField(blank=True, default='', max_length=64)),
                ('customer', models.CharField(blank=True, default='', help_text='The customer as the asking system calls them.', max_length=128)),
                ('case', models.CharField(blank=True, default='', help_text='The case as the asking system calls it.', max_length=128)),
                ('client', models.CharField(help_text="The token's id.", max_length=30)),
                ('asked_at', models.DateTimeField()),
                ('asked_on', models.DateField(help_text="The day in the policy's time zone.")),
                ('question', models.TextField(help_text='Canonical JSON: everything that the engine read.')),
                ('answer', models.TextField(help_text='Canonical JSON, as it was given.')),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guardrails.agent')),
                ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policy')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policyversion')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CareException',
            fields=[
                ('id', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=64)),
                ('team', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=64)),
                ('remedy', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=64)),
                ('channel', models.CharField(blank=True, default='', max_length=64)),
                ('customer', models.CharField(blank=True, default='', help_text='The customer as the asking system calls them.', max_length=128)),
                ('case', models.CharField(blank=True, default='', help_text='The case as the asking system calls it.', max_length=128)),
                ('currency', models.CharField(max_length=3)),
                ('unit', models.CharField(max_length=64)),
                ('places', models.PositiveSmallIntegerField(default=0, help_text='Decimal places of the quantity.')),
                ('amount_minor', models.BigIntegerField(blank=True, help_text="In the currency's smallest unit.", null=True)),
                ('quantity', models.BigIntegerField(blank=True, help_text='Scaled by 10 to the power of its places.', null=True)),
                ('terms', models.JSONField(blank=True, default=dict, help_text="The remedy's further measures: a decimal text by each term's code.")),
                ('cost_minor', models.BigIntegerField(help_text='What it takes from budgets in money.')),
                ('state', models.CharField(choices=[('awaiting_approval', 'Awaiting approval'), ('granted', 'Granted')], max_length=24)),
                ('approval', models.JSONField(blank=True, help_text='Who must agree, while it awaits approval.', null=True)),
                ('note', models.TextField(blank=True, default='')),
                ('client', models.CharField(help_text="The token's id.", max_length=30)),
                ('created_at', models.DateTimeField()),
                ('granted_at', models.DateTimeField(blank=True, null=True)),
                ('granted_on', models.DateField(blank=True, help_text="The day in the policy's time zone.", null=True)),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='guardrails.agent')),
                ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policy')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policyversion')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='guardrails.decision')),
            ],
            options={
                'verbose_name': 'exception',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalApiToken',
            fields=[
                ('created', models.DateTimeField(blank=True, editable=False)),
                ('expiry', models.DateTimeField(blank=True, null=True)),
                ('public_id', models.CharField(db_index=True, default=guardrails.models.api_token.new_token_id, editable=False, max_length=30)),
                ('name', models.CharField(help_text='Which system or AI agent uses it, for example Help desk.', max_length=100)),
                ('scopes', models.JSONField(default=list, validators=[guardrails.models.api_token.validate_scopes])),
                ('active', models.BooleanField(default=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agent', models.ForeignKey(blank=True, db_constraint=False, help_text='The one agent whose own token this is; left empty for a system that acts for several.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='guardrails.agent')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical API token',
                'verbose_name_plural': 'historical API tokens',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalApiToken_agents',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('agent', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='guardrails.agent')),
                ('apitoken', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.KNOX_TOKEN_MODEL)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='guardrails.historicalapitoken')),
            ],
            options={
                'verbose_name': 'HistoricalApiToken_agents',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAssignment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='guardrails.agent')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='policies.policy')),
                ('role', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='policies.role')),
            ],
            options={
                'verbose_name': 'historical assignment',
                'verbose_name_plural': 'historical assignments',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTeam',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, help_text='As the systems around us write it, for example ana or ana@example.com.', max_length=64, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}\\Z', 'Use letters, digits and . _ @ + - (at most 64, a letter or digit first), for example ana@example.com.')], verbose_name='code')),
                ('name', models.CharField(max_length=200)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical team',
                'verbose_name_plural': 'historical teams',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hold', 'Held'), ('commit', 'Spent'), ('release', 'Held, and given back'), ('reverse', 'Spent, and given back'), ('roll', 'Counts no more')], max_length=8)),
                ('held_delta', models.BigIntegerField(default=0)),
                ('spent_delta', models.BigIntegerField(default=0)),
                ('on_date', models.DateField()),
                ('at', models.DateTimeField()),
                ('exception', models.ForeignKey(help_text='None for a roll.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='guardrails.careexception')),
                ('window', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='guardrails.budgetwindow')),
            ],
            options={
                'verbose_name_plural': 'ledger entries',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalApiToken_teams',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('apitoken', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.KNOX_TOKEN_MODEL)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='guardrails.historicalapitoken')),
                ('team', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='guardrails.team')),
            ],
            options={
                'verbose_name': 'HistoricalApiToken_teams',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAgent',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, help_text='As the systems around us write it, for example ana or ana@example.com.', max_length=64, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}\\Z', 'Use letters, digits and . _ @ + - (at most 64, a letter or digit first), for example ana@example.com.')], verbose_name='code')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('human', 'Person'), ('ai', 'AI assistant')], default='human', max_length=8)),
                ('active', models.BooleanField(default=True, help_text='An inactive agent can neither ask nor grant.')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, help_text='Their login to the screens, where they have one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='guardrails.team')),
            ],
            options={
                'verbose_name': 'historical agent',
                'verbose_name_plural': 'historical agents',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='guardrails.agent')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='policies.policy')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='policies.role')),
            ],
            options={
                'ordering': ['agent', 'policy'],
                'constraints': [models.UniqueConstraint(fields=('agent', 'policy'), name='assignment_one_role_per_policy')],
            },
        ),
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('id', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=64)),
                ('subject_type', models.CharField(max_length=32)),
                ('subject_id', models.CharField(max_length=128)),
                ('actor', models.CharField(max_length=128)),
                ('on_behalf_of', models.CharField(blank=True, default='', max_length=128)),
                ('client', models.CharField(blank=True, default='', max_length=30)),
                ('request_id', models.CharField(blank=True, default='', max_length=128)),
                ('idempotency_key', models.CharField(blank=True, default='', max_length=255)),
                ('request_digest', models.CharField(blank=True, default='', max_length=71)),
                ('body', models.TextField(help_text='Canonical JSON (RFC 8785).')),
                ('digest', models.CharField(help_text='SHA-256 of the body.', max_length=71)),
                ('policy', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policy')),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'at'], name='audit_by_subject'), models.Index(fields=['policy', 'at', 'id'], name='audit_by_policy')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('client', 'idempotency_key'), name='audit_idempotent')],
            },
        ),
        migrations.AddConstraint(
            model_name='budgetwindow',
            constraint=models.UniqueConstraint(fields=('policy', 'budget', 'scope_key', 'starts_on'), name='window_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetwindow',
            constraint=models.CheckConstraint(condition=models.Q(('measure__in', ['money', 'count'])), name='window_measure'),
        ),
        migrations.AddConstraint(
            model_name='budgetwindow',
            constraint=models.CheckConstraint(condition=models.Q(('held__gte', 0)), name='window_held'),
        ),
        migrations.AddConstraint(
            model_name='budgetwindow',
            constraint=models.CheckConstraint(condition=models.Q(('spent__gte', 0)), name='window_spent'),
        ),
        migrations.AddConstraint(
            model_name='budgetwindow',
            constraint=models.CheckConstraint(condition=models.Q(('limit__gte', django.db.models.expressions.CombinedExpression(models.F('held'), '+', models.F('spent')))), name='window_never_overspent'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('case', ''), _negated=True), fields=['case', 'policy', 'asked_at'], name='decision_by_case'),
        ),
        migrations.AddIndex(
            model_name='careexception',
            index=models.Index(fields=['created_at', 'id'], name='exception_by_time'),
        ),
        migrations.AddIndex(
            model_name='careexception',
            index=models.Index(fields=['policy', 'created_at', 'id'], name='exception_by_policy'),
        ),
        migrations.AddIndex(
            model_name='careexception',
            index=models.Index(fields=['agent', 'created_at', 'id'], name='exception_by_agent'),
        ),
        migrations.AddIndex(
            model_name='careexception',
            index=models.Index(condition=models.Q(('customer', ''), _negated=True), fields=['customer', 'policy', 'granted_on', 'remedy', 'reason', 'cost_minor', 'state'], name='exception_by_customer'),
        ),
        migrations.AddIndex(
            model_name='careexception',
            index=models.Index(condition=models.Q(('case', ''), _negated=True), fields=['case', 'policy', 'created_at'], name='exception_by_case'),
        ),
        migrations.AddIndex(
            model_name='careexception',
            index=models.Index(condition=models.Q(('state', 'awaiting_approval')), fields=['created_at'], name='exception_awaiting'),
        ),
        migrations.AddConstraint(
            model_name='careexception',
            constraint=models.UniqueConstraint(fields=('decision', 'remedy'), name='exception_once_per_decision'),
        ),
        migrations.AddConstraint(
            model_name='careexception',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['awaiting_approval', 'granted'])), name='exception_state'),
        ),
        migrations.AddConstraint(
            model_name='careexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_minor__isnull', False), ('quantity__isnull', True), ('unit', 'money')), models.Q(('amount_minor__isnull', True), ('quantity__isnull', True), ('unit', 'none')), models.Q(models.Q(('unit__in', ['money', 'none']), _negated=True), ('amount_minor__isnull', True), ('quantity__gt', 0)), _connector='OR'), name='exception_amount_or_quantity'),
        ),
        migrations.AddConstraint(
            model_name='careexception',
            constraint=models.CheckConstraint(condition=models.Q(('cost_minor__gte', 0)), name='exception_cost'),
        ),
        migrations.AddConstraint(
            model_name='careexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('granted_at__isnull', True), ('granted_on__isnull', True), ('state', 'awaiting_approval')), models.Q(models.Q(('state', 'awaiting_approval'), _negated=True), ('granted_at__isnull', False), ('granted_on__isnull', False)), _connector='OR'), name='exception_granted_at'),
        ),
        migrations.AddConstraint(
            model_name='careexception',
            constraint=models.CheckConstraint(condition=models.Q(('granted_at__isnull', True), ('granted_at__gte', models.F('created_at')), _connector='OR'), name='exception_granted_after_creation'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['window', 'on_date'], name='entry_by_window'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['hold', 'commit', 'release', 'reverse', 'roll'])), name='entry_kind'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_delta__gt', 0), ('kind', 'hold'), ('spent_delta', 0)), models.Q(('held_delta__lte', 0), ('kind', 'commit'), ('spent_delta__gt', 0)), models.Q(('held_delta__lte', 0), ('kind', 'release'), ('spent_delta', 0)), models.Q(('held_delta', 0), ('kind', 'reverse'), ('spent_delta__lte', 0)), models.Q(('held_delta__lte', 0), ('kind', 'roll'), ('spent_delta__lte', 0)), _connector='OR'), name='entry_direction'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('exception__isnull', True), ('kind', 'roll')), models.Q(models.Q(('kind', 'roll'), _negated=True), ('exception__isnull', False)), _connector='OR'), name='entry_has_exception'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['human', 'ai'])), name='agent_kind'),
        ),
    ]
