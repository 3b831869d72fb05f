# 登录、回执、问答、上传、许可证、档案、账户、状态与总览：由页面程序选用的词语。

signin-wrong = 用户名或密码有误
signin-wrong-remedy = 请检查大小写和输入法。连续十次有误，须等待一刻钟。

receipt-state = 已收到

question-empty = 请至少答复一项
question-withheld = 内容仅提问机关和船舶代理可见，删除后不再显示

upload-no-file = 请选择文件
upload-too-large = 文件超过 16 MB
upload-broken = 文件未完整收到，请重新上传。

permit-number = 证书编号
permit-ship = 船名
permit-imo = IMO 编号
permit-call = 航次
permit-port = 口岸
permit-until = 驶离期限
permit-next-port = 下一港
permit-condition = 条件
permit-law = 法律依据
verify-kind = 种类
verify-empty = 请粘贴或输入二维码文字
verify-is-valid = 许可证真实，现在有效
verify-is-reexamined = 许可证真实，但须重新核查：离港前请向海事管理机构核实
verify-is-early = 许可证真实，但尚未生效
verify-is-expired = 许可证真实，但已过期
verify-is-revoked = 许可证真实，但已撤销

ships-new = 登记船舶
ships-edit = 更改档案
ship-record-title = 船舶档案
ship-imo = IMO 编号
ship-name = 英文船名
ship-name-zh = 中文船名
ship-flag = 船旗（两位字母）
ship-call-sign = 呼号
ship-mmsi = MMSI
ship-gross-tonnage = 总吨
ship-deadweight = 载重吨
ship-length = 总长
ship-port-of-registry = 船籍港
ship-owner = 船舶所有人
ship-operator = 船舶经营人
ship-record-save = 保存档案
record-source = 来源
certificate-valid = 有效
certificate-soon = 30 日内到期
certificate-expired = 已过期
companies-title = 企业
companies-none = 尚无企业档案。
company-name = 名称
company-code = 代码
company-kind = 类别
company-registration = 统一社会信用代码
company-phone = 电话
company-stands = 有效
company-ended = 无效

account-scope-read = 读取航次、申报和日志
account-scope-write = 申报、答复、办理
account-key-name-wrong = 名称须为 1 至 40 位英文字母、数字、连字符、点或下划线

status-works = 正常
status-fails = 异常
status-late = 延迟
status-reading = 查询
status-reading-fallback = 请拨打口岸服务热线 95198
status-filing = 申报与审批
status-filing-fallback = 草稿可待恢复后提交；临近时限的，请到口岸服务台递交纸质材料
status-log = 存证日志
status-log-fallback = 回执即时有效，存证证明随后补上
status-verifying = 许可证验证
status-verifying-fallback = 可用本程序的命令离线验证
status-clocks = 法定时限
status-clocks-fallback = 时限照常计算；恢复后按原到期时刻补记

board-summary = 在办航次 { $calls } 个；在泊或计划靠泊 { $stays } 艘
board-conflict = 与 { $ship } 时间重叠
api-title = 系统接口（API）
api-intro = 供代理和各单位的系统使用；规则、用语和回执与网页相同。
api-openapi = 接口描述文件（OpenAPI 3.1）
api-how = 使用方法
api-how-key = 在“账户”页新建密钥，随请求发送：
api-how-retry = 每次提交附自编编号，重复提交得到同一回执：
api-how-principal = 凭授权代委托人办理：
api-how-problem = 不予接收的，返回全部问题、位置和改正办法：
api-address = 地址
api-what = 用途
api-calls = 航次
api-formalities = 手续
api-formalities-hint = PUT 报送一版，GET 读取；各项内容见接口描述文件。
api-code = 代码
api-source = 依据
api-acts = 操作
api-acts-hint = 操作名写在“act”中；后带问号的为选填。
api-members = 内容
api-everybody = 无需密钥
